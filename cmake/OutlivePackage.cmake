# SPDX-License-Identifier: Apache-2.0
# Install rules of the package as a whole: CMake config, pkg-config, .deb.
