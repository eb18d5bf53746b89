# The deployable site, build/site: the pages of web/, the compiled module and the model, side by
# side, with assets.js, which tells web/numeral.js the size and SHA-256 of each generated file, and
# service-worker.js, which knows all files, and sbom.cdx.json, which says what is inside.

set(site ${PROJECT_SOURCE_DIR}/build/site)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
set(model
  ${PROJECT_SOURCE_DIR}/model/digits.json
  ${PROJECT_SOURCE_DIR}/model/digits.ort)

set(licences ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD_PARTY_NOTICES)

# The linker tells what it took, which sbom.py makes the bill of materials from.
set(linked ${PROJECT_BINARY_DIR}/linked)
target_link_options(numeral_wasm PRIVATE -Wl,--why-extract=${linked}.tsv -Wl,-Map=${linked}.map)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(sbom ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/sbom.py
  --version ${PROJECT_VERSION} --extracted ${linked}.tsv --map ${linked}.map
  --library ${onnxruntime_dependencies} --ninja ${CMAKE_MAKE_PROGRAM} --build ${PROJECT_BINARY_DIR})
foreach(tarball ${tarballs})
  list(APPEND sbom --tarball ${tarball})
endforeach()

add_custom_command(
  OUTPUT ${site}/assets.js
  COMMAND ${CMAKE_COMMAND}
    -DSITE=${site}
    "-DFILES=${pages};${model}"
    "-DLICENCES=${licences}"
    -DMODULE=$<TARGET_FILE_DIR:numeral_wasm>/numeral
    -DVERSION=${PROJECT_VERSION}
    "-DSBOM=${sbom}"
    -P ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
  DEPENDS numeral_wasm ${pages} ${model} ${licences}
    ${CMAKE_CURRENT_LIST_DIR}/assemble_site.cmake
    ${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake
    ${CMAKE_CURRENT_LIST_DIR}/package.json.in
    ${CMAKE_CURRENT_LIST_DIR}/sbom.py
  COMMENT "Assembling build/site"
  VERBATIM)
add_custom_target(site ALL DEPENDS ${site}/assets.js)
