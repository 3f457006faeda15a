"""English dates with the day first and the month in letters, as all the sentences of these pages
have them: nobody takes one for an American date."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, g:i A"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, g:i A"
