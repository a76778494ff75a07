/* subject.c - functions inlined three deep, a clone, and a plain one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    long value;
};

static inline struct node *make_node(long value)
{
    struct node *node = malloc(sizeof *node);
    if (!node) abort();
    node->value = value;
    return node;
}

static inline void push(struct node **head, long value)
{
    struct node *node = make_node(value);
    node->next = *head;
    *head = node;
}

static inline void push_twice(struct node **head, long value)
{
    push(head, value);
    push(head, value * 2);
}

__attribute__((noinline)) static long sum(const struct node *node, int scale)
{
    long total = 0;
    for (; node; node = node->next) {
        total += node->value * scale;
        if (total > 1000000) printf("%ld\n", total);
    }
    return total;
}

__attribute__((noinline)) struct node *build(int count)
{
    struct node *head = NULL;
    for (int i = 0; i < count; i++)
        push_twice(&head, i);
    return head;
}

int main(int argc, char **argv)
{
    (void)argv;
    struct node *head = build(argc + 3);
    printf("%ld\n", sum(head, 3));
    while (head) {
        struct node *next = head->next;
        free(head);
        head = next;
    }
    return 0;
}
