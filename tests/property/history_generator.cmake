# The random histories, for every property that asks about them: target tenure_history_generator.
add_library(tenure_history_generator STATIC
  ${CMAKE_CURRENT_LIST_DIR}/history_campaign.cc ${CMAKE_CURRENT_LIST_DIR}/history_corners.cc ${CMAKE_CURRENT_LIST_DIR}/history_events.cc ${CMAKE_CURRENT_LIST_DIR}/history_evidence.cc
  ${CMAKE_CURRENT_LIST_DIR}/history_generator.cc ${CMAKE_CURRENT_LIST_DIR}/history_policy.cc ${CMAKE_CURRENT_LIST_DIR}/history_shrink.cc)
target_link_libraries(tenure_history_generator PUBLIC tenure_reference)

add_executable(history_generator_test ${CMAKE_CURRENT_LIST_DIR}/history_findings_test.cc ${CMAKE_CURRENT_LIST_DIR}/history_governance_test.cc ${CMAKE_CURRENT_LIST_DIR}/history_generator_test.cc)
target_link_libraries(history_generator_test PRIVATE tenure_history_generator GTest::gtest_main)
gtest_discover_tests(history_generator_test)

# What the generator claims of its bytes is what the codec reads.
if(TARGET tenure_event)
  add_executable(history_codec_test ${CMAKE_CURRENT_LIST_DIR}/history_codec_test.cc)
  target_link_libraries(history_codec_test PRIVATE tenure_history_generator tenure_event GTest::gtest_main)
  gtest_discover_tests(history_codec_test)
endif()
