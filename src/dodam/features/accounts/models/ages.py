"""From which age a person consents to the use of their data themselves, by country.

Korea: PIPA art. 22-2. US: COPPA, 15 U.S.C. 6501(1). EU and EEA: GDPR art. 8(1), which says 16
unless national law says 13 to 15. UK: Data Protection Act 2018 s. 9. Where a law is not known
here, the age is 16.
"""

_UNKNOWN = 16
_AGES = {
    "KR": 14,
    "US": 13,
    "GB": 13,
    # EU, with the national law.
    "AT": 14,  # DSG § 4(4)
    "BE": 13,  # Act of 30 July 2018, art. 7
    "BG": 14,  # Personal Data Protection Act, art. 25c
    "CY": 14,  # Law 125(I)/2018, s. 8
    "CZ": 15,  # Act 110/2019, s. 7
    "DE": 16,
    "DK": 15,  # Databeskyttelsesloven § 6(2), raised from 13 on 1 January 2024
    "EE": 13,  # Personal Data Protection Act § 8
    "ES": 14,  # LOPDGDD art. 7
    "FI": 13,  # Data Protection Act 1050/2018 s. 5
    "FR": 15,  # Loi Informatique et Libertés art. 45
    "GR": 15,  # Law 4624/2019 art. 21
    "HR": 16,  # GDPR Implementation Act art. 19
    "HU": 16,
    "IE": 16,  # Data Protection Act 2018 s. 31
    "IT": 14,  # Codice privacy art. 2-quinquies
    "LT": 14,  # Law on Legal Protection of Personal Data art. 6
    "LU": 16,
    "LV": 13,  # Personal Data Processing Law s. 33
    "MT": 13,  # S.L. 586.11
    "NL": 16,  # UAVG art. 5
    "PL": 16,
    "PT": 13,  # Law 58/2019 art. 16
    "RO": 16,
    "SE": 13,  # Act 2018:218 ch. 2 s. 4
    "SI": 15,  # ZVOP-2 art. 8
    "SK": 16,  # Act 18/2018 s. 15
    # EEA.
    "IS": 13,  # Act 90/2018 art. 10
    "LI": 16,
    "NO": 13,  # Personopplysningsloven § 5
}


def age_of_consent(country: str) -> int:
    """In years; `country` is ISO 3166-1 alpha-2."""
    return _AGES.get(country, _UNKNOWN)
