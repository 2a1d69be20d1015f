# SPDX-License-Identifier: GPL-2.0
# Without this PAGE_POISONING is built and does nothing.
page_poison=1
