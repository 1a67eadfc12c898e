"""Naver Cloud SENS: Alimtalk (KakaoTalk) and SMS, with delivery results and SMS failover."""
