# How every file is compiled: warnings that are errors, the sanitizers when asked for, ccache when there.

set(TENURE_SANITIZE "" CACHE STRING "Empty, address (with undefined behaviour), or thread; needs clang")

set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wundef -Wvla)
# Members have default initialisers; `Event{.time = t}` is complete as it stands.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False in gcc 12 at -O2 on std::string concatenation, std::optional and std::variant. clang checks the same in the other trees.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
else()
  # libstdc++ 12's own std::stable_sort calls what it marks as deprecated, and clang blames the caller.
  add_compile_options(-Wno-deprecated-declarations)
endif()

# Assertions stay on in the release, too: a broken invariant must not answer.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")

if(TENURE_SANITIZE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "TENURE_SANITIZE needs clang; use the presets asan-ubsan and tsan")
  endif()
  add_compile_options(-g1 -O1 -fno-omit-frame-pointer)
  if(TENURE_SANITIZE STREQUAL "address")
    set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
    add_compile_options(${flags} -fsanitize=fuzzer-no-link)  # the fuzzers are built in this tree and need the coverage
  elseif(TENURE_SANITIZE STREQUAL "thread")
    set(flags -fsanitize=thread)
    add_compile_options(${flags})
  else()
    message(FATAL_ERROR "TENURE_SANITIZE is '${TENURE_SANITIZE}'; it is empty, address or thread")
  endif()
  add_link_options(${flags})
endif()

find_program(TENURE_CCACHE ccache)
if(TENURE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Sloppy only about what a precompiled header would otherwise keep out of the cache; and clones at other places share it.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${TENURE_CCACHE})
endif()
