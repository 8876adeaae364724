"""The app's package, to upload to Teams: manifest, icons, languages.

package   all of it as a zip        identity  app id and address, checked
words     the bot's words as the lists that Teams shows

`manifest.json` is the newest form in English, with gaps for what an installation has of its own;
`de.json` says the same in German. The icons are drawn from the SVG files beside them
(`.venv/bin/python -m tests.e2e.icons` draws them anew).
"""
