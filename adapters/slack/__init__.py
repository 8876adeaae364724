"""Slack, drawn and read. Pure parts: no network, no clock.

blocks     card -> message or Home tab          forms      form -> modal, errors
elements   one element -> blocks                filled     what was filled into a modal
rich       paragraphs -> rich_text              actions    buttons, and their ids back
tables     table -> table, words                charts     chart -> data_visualization
escape     words that cannot become markup      limits     numbers
parts      too much for one message -> parts    manifest   the app's manifest, to paste
"""
