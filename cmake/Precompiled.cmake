# What nearly every file includes is read once a tree: standard headers and tl::expected for the program, GoogleTest as well for the
# tests, CLI11 for the command line. -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON (the preset dev) shows a file that includes too little.

set(TENURE_STANDARD_HEADERS
  <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <string> <string_view> <utility> <variant> <vector>
  <tl/expected.hpp>)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cc CONTENT "// Nothing: the headers are what is compiled.\n")

# tenure_precompile(NAME HEADER… [LIBRARIES LIBRARY…])
function(tenure_precompile name)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/precompiled.cc)
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_precompile_headers(${name} PRIVATE ${TENURE_STANDARD_HEADERS} ${arg_UNPARSED_ARGUMENTS})
endfunction()

# Every compiled target of a folder and of those below it that has no headers of its own.
function(tenure_use_precompiled folder name)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(reused ${target} PRECOMPILE_HEADERS_REUSE_FROM)
    if(type MATCHES "EXECUTABLE|STATIC_LIBRARY|OBJECT_LIBRARY" AND NOT reused)
      target_precompile_headers(${target} REUSE_FROM ${name})
      get_target_property(options ${name} COMPILE_OPTIONS)
      if(options)
        target_compile_options(${target} PRIVATE ${options})
      endif()
    endif()
  endforeach()
  get_property(below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder IN LISTS below)
    tenure_use_precompiled(${subfolder} ${name})
  endforeach()
endfunction()
