add_library(by_schema STATIC ${CMAKE_CURRENT_LIST_DIR}/by_schema.cc)
target_link_libraries(by_schema PRIVATE tenure_event nlohmann_json::nlohmann_json)

# The Decoder and the JSON Schemas give one verdict.
add_executable(event_schema_test ${CMAKE_CURRENT_LIST_DIR}/event_schema_test.cc)
target_link_libraries(event_schema_test PRIVATE by_schema tenure_event nlohmann_json::nlohmann_json GTest::gtest_main)
target_compile_definitions(event_schema_test PRIVATE TENURE_CORPUS="${PROJECT_SOURCE_DIR}/schemas/corpus")
gtest_discover_tests(event_schema_test)

# Texts that were events, until something happened to them.
add_executable(event_hostile_test ${CMAKE_CURRENT_LIST_DIR}/event_hostile_test.cc)
target_link_libraries(event_hostile_test PRIVATE tenure_event GTest::gtest_main)
target_compile_definitions(event_hostile_test PRIVATE TENURE_CORPUS="${PROJECT_SOURCE_DIR}/schemas/corpus")
gtest_discover_tests(event_hostile_test)
