/* SPDX-License-Identifier: MIT */
/*
 * The few compiler attributes this program relies on, under names that say what they promise.
 * Nothing else in the tree spells __attribute__.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* The caller must look at the result; ignoring it is a warning (an error in CI). */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument FMT is a printf format for the arguments from ARGS on (both counted from 1). */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Number of elements of an array (never of a pointer). */
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
