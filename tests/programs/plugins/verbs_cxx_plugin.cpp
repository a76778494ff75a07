/* verbs_cxx_plugin.cpp - a C++ library that annotates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../verbs.h"

extern "C" int say_verbs_of_library()
{
    return say_all_verbs();
}
