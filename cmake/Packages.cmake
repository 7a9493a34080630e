# The third parties, all from Debian 12. Which folder may use which is in docs/structure.md; licences are in NOTICE.
# RocksDB is linked as RocksDB::rocksdb-shared; without -shared it is the archive, which every test would carry in full.

find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(Boost 1.81 REQUIRED)  # Beast and Asio, headers alone
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(RocksDB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)  # its CMake files want the tools as well
find_package(RdKafka CONFIG QUIET)  # Debian's package has no CMake files in some versions
if(NOT TARGET RdKafka::rdkafka)
  find_path(RDKAFKA_INCLUDE_DIR librdkafka/rdkafka.h REQUIRED)
  find_library(RDKAFKA_LIBRARY rdkafka REQUIRED)
  add_library(RdKafka::rdkafka UNKNOWN IMPORTED)
  set_target_properties(RdKafka::rdkafka PROPERTIES IMPORTED_LOCATION ${RDKAFKA_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${RDKAFKA_INCLUDE_DIR})
endif()

# The allocator of programs (ADR 0010). A library that is linked into somebody else's program leaves that choice to it, and the sanitizers
# bring their own.
add_library(tenure_allocator INTERFACE)
if(NOT TENURE_SANITIZE)
  find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)
  target_link_libraries(tenure_allocator INTERFACE ${JEMALLOC_LIBRARY})
endif()

find_package(GTest QUIET)
find_package(benchmark QUIET)
find_package(rapidcheck QUIET)
if(GTest_FOUND AND benchmark_FOUND AND rapidcheck_FOUND)
  set(TENURE_TEST_PACKAGES_FOUND ON)
else()
  set(TENURE_TEST_PACKAGES_FOUND OFF)
endif()
