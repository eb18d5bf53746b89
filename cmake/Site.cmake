# The deployable site, build/site: the pages of web/, the compiled module and the model, side by
# side, with assets.js, which tells web/numeral.js the size and SHA-256 of each generated file, and
# service-worker.js, which knows all files.

set(site ${PROJECT_SOURCE_DIR}/build/site)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
set(model
  ${PROJECT_SOURCE_DIR}/model/digits.json
  ${PROJECT_SOURCE_DIR}/model/digits.ort)

set(licences ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY_NOTICES)

add_custom_command(
  OUTPUT ${site}/assets.js
  COMMAND ${CMAKE_COMMAND}
    -DSITE=${site}
    "-DFILES=${pages};${model}"
    "-DLICENCES=${licences}"
    -DMODULE=$<TARGET_FILE_DIR:numeral_wasm>/numeral
    -DVERSION=${PROJECT_VERSION}
    -P ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
  DEPENDS numeral_wasm ${pages} ${model} ${licences}
    ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
    ${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake
    ${CMAKE_CURRENT_LIST_DIR}/package.json.in
  COMMENT "Assembling build/site"
  VERBATIM)
add_custom_target(site ALL DEPENDS ${site}/assets.js)
