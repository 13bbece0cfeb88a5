/* SPDX-License-Identifier: MIT */
/* Says what it runs on. */
#include <stdio.h>
#include <sys/utsname.h>

int
main(void)
{
	struct utsname u;

	if (uname(&u) != 0) {
		perror("uname");
		return 1;
	}
	printf("hello from %s on %s, %zu bits\n", u.sysname, u.machine, sizeof(void *) * 8);
	return 0;
}
