# The deployable site, build/site: the pages of web/, the compiled module and the model, side by
# side, with assets.js, which tells web/numeral.js the size and SHA-256 of each generated file.

set(site ${PROJECT_SOURCE_DIR}/build/site)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
set(model
  ${PROJECT_SOURCE_DIR}/model/digits.json
  ${PROJECT_SOURCE_DIR}/model/digits.ort)

add_custom_command(
  OUTPUT ${PROJECT_BINARY_DIR}/site.stamp
  COMMAND ${CMAKE_COMMAND}
    -DSITE=${site}
    "-DFILES=${pages};${model}"
    -DMODULE=$<TARGET_FILE_DIR:numeral_wasm>/numeral
    -P ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/site.stamp
  DEPENDS numeral_wasm ${pages} ${model} ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
  COMMENT "Assembling build/site"
  VERBATIM)
add_custom_target(site ALL DEPENDS ${PROJECT_BINARY_DIR}/site.stamp)
