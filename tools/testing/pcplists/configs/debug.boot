# SPDX-License-Identifier: GPL-2.0
# CONFIG_PAGE_POISONING fills pages that are free, and looks at them again, only then.
page_poison=1
