# SPDX-License-Identifier: Apache-2.0
"""Reports as one page of HTML.

Reading order: `report` (what the analyzer says, as dataclasses), `words`
(numbers for people), `drawing` (SVG), then one module and one template for
each section of the page, `page` (all sections together), `command`.
"""
