# The deployable site, build/site: the folder web/, the compiled module and the model; assets.js, which
# tells web/numeral.js the size and SHA-256 of what it downloads; and service-worker.js, completed with
# the list of all files.

set(site ${PROJECT_SOURCE_DIR}/build/site)
set(web ${PROJECT_SOURCE_DIR}/web)
file(GLOB_RECURSE pages CONFIGURE_DEPENDS ${web}/*)
set(model
  ${PROJECT_SOURCE_DIR}/model/digits.json
  ${PROJECT_SOURCE_DIR}/model/digits.ort)
# Test digits to look at: a model that was trained elsewhere may lack them.
file(GLOB samples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/model/digits-samples.json)
list(APPEND model ${samples})

set(licences ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY_NOTICES)

add_custom_command(
  OUTPUT ${site}/assets.js
  COMMAND ${CMAKE_COMMAND}
    -DSITE=${site}
    -DWEB=${web}
    "-DMODEL=${model}"
    "-DLICENCES=${licences}"
    -DMODULE=$<TARGET_FILE_DIR:numeral_wasm>/numeral
    -DVERSION=${PROJECT_VERSION}
    -P ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
  DEPENDS numeral_wasm numeral_models_wasm ${pages} ${model} ${licences}
    ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
    ${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake
    ${CMAKE_CURRENT_LIST_DIR}/package.json.in
  COMMENT "Assembling build/site"
  VERBATIM)
add_custom_target(site ALL DEPENDS ${site}/assets.js)
