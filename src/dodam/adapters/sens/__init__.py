"""Naver Cloud SENS: Alimtalk (notices in KakaoTalk) and text messages to Korean phones."""
