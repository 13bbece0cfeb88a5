// The case that started xbuild: net and os/user pull in libc through cgo, and there is C besides.
package main

/*
#include <stdint.h>
#include <string.h>

static uint32_t checksum(const char *s) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < strlen(s); i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}
*/
import "C"

import (
	"fmt"
	"net"
	"os/user"
	"runtime"
)

func main() {
	fmt.Printf("checksum %d\n", uint32(C.checksum(C.CString("xbuild"))))
	if u, err := user.LookupId("0"); err == nil {
		fmt.Println("user", u.Username)
	} else {
		fmt.Println("user:", err)
	}
	if a, err := net.LookupHost("localhost"); err == nil && len(a) > 0 {
		fmt.Println("localhost found")
	} else {
		fmt.Println("localhost:", err)
	}
	fmt.Println(runtime.GOOS, runtime.GOARCH)
}
