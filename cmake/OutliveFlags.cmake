# SPDX-License-Identifier: Apache-2.0
# Compiler settings, carried by interface targets instead of global flags.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Building the same file twice costs once.
find_program(OUTLIVE_CCACHE ccache)
if(OUTLIVE_CCACHE AND PROJECT_IS_TOP_LEVEL)
    foreach(language C CXX)
        if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
            set(CMAKE_${language}_COMPILER_LAUNCHER ${OUTLIVE_CCACHE})
        endif()
    endforeach()
endif()

# What every file of ours is compiled with.
add_library(outlive_flags INTERFACE)
target_include_directories(outlive_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(outlive_flags INTERFACE
    _GNU_SOURCE OL_DEBUG=${OUTLIVE_DEBUG_LEVEL})
target_compile_options(outlive_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wvla -Wcast-qual
    -Wwrite-strings
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
if(OUTLIVE_WERROR)
    target_compile_options(outlive_flags INTERFACE -Werror)
endif()

# Sanitizers cover everything but the preloaded library and the programs that
# it is preloaded into: both fight over malloc.
add_library(outlive_sanitize INTERFACE)
if(OUTLIVE_SANITIZE STREQUAL "fuzzer")
    set(sanitize_flags -fsanitize=fuzzer-no-link,address,undefined
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(OUTLIVE_SANITIZE)
    set(sanitize_flags -fsanitize=${OUTLIVE_SANITIZE}
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()
if(OUTLIVE_SANITIZE)
    target_compile_options(outlive_sanitize INTERFACE ${sanitize_flags})
    target_link_options(outlive_sanitize INTERFACE ${sanitize_flags})
endif()

if(OUTLIVE_TIDY)
    find_program(CLANG_TIDY NAMES clang-tidy-14 REQUIRED)
    set(CMAKE_C_CLANG_TIDY ${CLANG_TIDY} --quiet)
endif()
