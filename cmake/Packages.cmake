# The third parties, all from Debian 12. Which folder may use which is in docs/structure.md; licences are in NOTICE.
# RocksDB is linked as RocksDB::rocksdb-shared; without -shared it is the archive, which every test would carry in full.

find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(RocksDB REQUIRED)
find_package(CLI11 REQUIRED)

find_package(GTest QUIET)
find_package(benchmark QUIET)
find_package(rapidcheck QUIET)
if(GTest_FOUND AND benchmark_FOUND AND rapidcheck_FOUND)
  set(TENURE_TEST_PACKAGES_FOUND ON)
else()
  set(TENURE_TEST_PACKAGES_FOUND OFF)
endif()
