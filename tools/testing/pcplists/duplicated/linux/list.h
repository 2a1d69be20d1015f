/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Circular doubly linked lists, of the kernel's shape and with its names.
 *
 * With CONFIG_DEBUG_LIST, as in the kernel, both neighbours of a change are
 * looked at before it is made; the program provides the two functions.
 */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/compiler.h>

struct list_head {
	struct list_head *next, *prev;
};

/* What a removed entry points to: nothing that anybody can follow. */
#define LIST_POISON1	((struct list_head *)0x100)
#define LIST_POISON2	((struct list_head *)0x122)

#define LIST_HEAD(name)	struct list_head name = { &(name), &(name) }

#ifdef CONFIG_DEBUG_LIST
/**
 * __list_add_valid - look at a list before an entry goes in
 * @new: the entry
 * @prev: its predecessor to be
 * @next: its successor to be
 *
 * Context: As for the change itself.
 */
void __list_add_valid(const struct list_head *new, const struct list_head *prev,
		      const struct list_head *next);

/**
 * __list_del_entry_valid - look at a list before an entry comes out
 * @entry: the entry
 *
 * Context: As for the change itself.
 */
void __list_del_entry_valid(const struct list_head *entry);
#else
#define __list_add_valid(new, prev, next)	((void)0)
#define __list_del_entry_valid(entry)		((void)0)
#endif

/**
 * INIT_LIST_HEAD - make a list empty
 * @list: its head
 *
 * Context: Any, the caller owns the list.
 */
static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	list->prev = list;
}

/**
 * list_empty - is there nothing in a list?
 * @head: its head
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/**
 * list_add - put an entry in front of a list
 * @new: the entry
 * @head: the list's head
 *
 * Context: Any, the caller owns both.
 */
static inline void list_add(struct list_head *new, struct list_head *head)
{
	struct list_head *next = head->next;

	__list_add_valid(new, head, next);
	next->prev = new;
	new->next = next;
	new->prev = head;
	WRITE_ONCE(head->next, new);
}

/**
 * list_del - take an entry out of its list
 * @entry: the entry
 *
 * Context: Any, the caller owns the list.
 */
static inline void list_del(struct list_head *entry)
{
	__list_del_entry_valid(entry);
	entry->next->prev = entry->prev;
	WRITE_ONCE(entry->prev->next, entry->next);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

#define list_entry(ptr, type, member)	container_of(ptr, type, member)

#define list_for_each(pos, head) \
	for (pos = (head)->next; pos != (head); pos = pos->next)

#endif /* _LINUX_LIST_H */
