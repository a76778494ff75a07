/* list.h - an intrusive doubly linked list.
 *
 * Shape:     a ring through a sentinel head; a link that is in no list points
 *            at itself, so "is it in a list" can be asked of the link alone.
 * Ownership: the list owns nothing; who embeds the link says who does.
 * Threads:   none of its own; the caller's lock guards a list and its links.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_BASE_LIST_H
#define OL_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct ol_list {
    struct ol_list *next;
    struct ol_list *prev;
};

/* The object of `type` whose field `member` is this link. */
#define OL_LIST_ENTRY(link, type, member) \
    ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Visits each link; nothing may be taken out of the list meanwhile. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared. */
#define OL_LIST_FOR_EACH(link, head) \
    for (struct ol_list *link = (head)->next; link != (head); link = link->next)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Makes an empty list, or a link that is in none. */
static inline void ol_list_init(struct ol_list *link)
{
    link->next = link;
    link->prev = link;
}

/* Returns whether nothing is linked here. */
static inline bool ol_list_is_empty(const struct ol_list *link)
{
    return link->next == link;
}

/* Adds a link that is in no list at the end. */
static inline void ol_list_append(struct ol_list *head, struct ol_list *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

/* Takes a link out of its list, if it is in one. */
static inline void ol_list_remove(struct ol_list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    ol_list_init(link);
}

/* Moves all links of `from` to the end of `head`; `from` is empty then. */
static inline void ol_list_splice(struct ol_list *head, struct ol_list *from)
{
    if (ol_list_is_empty(from)) return;
    from->next->prev = head->prev;
    from->prev->next = head;
    head->prev->next = from->next;
    head->prev = from->prev;
    ol_list_init(from);
}

#endif
