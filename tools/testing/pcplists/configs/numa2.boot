# SPDX-License-Identifier: GPL-2.0
numa=fake=2
