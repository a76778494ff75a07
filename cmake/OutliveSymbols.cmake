# SPDX-License-Identifier: Apache-2.0
# What symbols need: elfutils, libiberty's demangler, nettle's SHA-256, zlib for exports.

pkg_check_modules(LIBDW REQUIRED IMPORTED_TARGET libdw>=0.181 libelf)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)

find_path(IBERTY_INCLUDE_DIR libiberty/demangle.h REQUIRED)
find_library(IBERTY_LIBRARY iberty REQUIRED)
add_library(iberty INTERFACE)
target_include_directories(iberty SYSTEM INTERFACE ${IBERTY_INCLUDE_DIR})
target_link_libraries(iberty INTERFACE ${IBERTY_LIBRARY})
