# SPDX-License-Identifier: Apache-2.0
# Install rules of the package as a whole: CMake config, pkg-config, manual,
# completion, .deb. Programs are installed by the folder that makes them.
include(CMakePackageConfigHelpers)

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/outlive)

# ---- The header ----

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/outlive
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(TARGETS outlive EXPORT outliveTargets)

# ---- For CMake and pkg-config ----

install(EXPORT outliveTargets NAMESPACE outlive:: DESTINATION ${cmake_dir})
configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/outliveConfig.cmake.in
    ${PROJECT_BINARY_DIR}/outliveConfig.cmake
    INSTALL_DESTINATION ${cmake_dir}
    PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/outliveConfigVersion.cmake
    COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES
    ${PROJECT_BINARY_DIR}/outliveConfig.cmake
    ${PROJECT_BINARY_DIR}/outliveConfigVersion.cmake
    DESTINATION ${cmake_dir})

# The prefix is found from where the file lies, so that a package moves.
file(RELATIVE_PATH pc_to_prefix
    /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" pc_to_prefix ${pc_to_prefix})
configure_file(${PROJECT_SOURCE_DIR}/cmake/outlive.pc.in
    ${PROJECT_BINARY_DIR}/outlive.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/outlive.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# ---- For people ----

install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/man/
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(FILES ${PROJECT_SOURCE_DIR}/scripts/completion/outlive
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/trace-format.md docs/report-schema.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

# ---- .deb ----

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "outlive maintainers <outlive@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
    "outlive finds the memory of an async program that outlives its owner,
says what keeps it alive, and says whether that grows. It is preloaded into
a program, records the life of every block, and compares runs.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The page is made by Python.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3-jinja2, libc6-dbg")
include(CPack)
