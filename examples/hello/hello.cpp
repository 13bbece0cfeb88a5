/* SPDX-License-Identifier: MIT */
/* Says what it runs on, and that C++ exceptions work there. */
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include <sys/utsname.h>

static std::string
machine()
{
	utsname u;

	if (uname(&u) != 0)
		throw std::runtime_error("uname failed");
	return u.machine;
}

int
main()
{
	try {
		std::cout << "hello from C++ on " << machine() << '\n';
		throw std::logic_error("exceptions work");
	} catch (const std::exception &e) {
		std::cout << e.what() << '\n';
	}
}
