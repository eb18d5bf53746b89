# Puts the site together:
#
#   cmake -DSITE=FOLDER -DFILES=LIST -DLICENCES=LIST -DMODULE=PREFIX -DVERSION=NUMBER
#     -DSBOM=COMMAND -P assemble_site.cmake
#
# FILES are copied as they are, LICENCES as text that a browser shows; PREFIX.js and PREFIX.wasm are
# the module. With package.json, which NUMBER goes into, the site is an npm package as well.
# COMMAND --site FOLDER writes the bill of materials, once all else is there.
# The site is made beside its place and then moved there, so that a server never serves half of one.

set(partial ${SITE}.partial)
file(REMOVE_RECURSE ${partial})
file(COPY ${FILES} DESTINATION ${partial})
foreach(licence ${LICENCES})
  cmake_path(GET licence FILENAME name)
  file(COPY_FILE ${licence} ${partial}/${name}.txt)
endforeach()
file(COPY_FILE ${MODULE}.js ${partial}/numeral-wasm.js)
file(COPY_FILE ${MODULE}.wasm ${partial}/numeral.wasm)

set(entries "")
foreach(name digits.json digits.ort numeral-wasm.js numeral.wasm)
  file(SIZE ${partial}/${name} bytes)
  file(SHA256 ${partial}/${name} sha256)
  string(APPEND entries "  '${name}': {bytes: ${bytes}, sha256: '${sha256}'},\n")
endforeach()
file(WRITE ${partial}/assets.js
  "// Made by the build: what the page loads, so that it can tell a wrong file.\n"
  "export const assets = {\n${entries}};\n")

configure_file(${CMAKE_CURRENT_LIST_DIR}/package.json.in ${partial}/package.json @ONLY)

set(FOLDER ${partial})
include(${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake)

execute_process(COMMAND ${SBOM} --site ${partial} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR " numeral: making the bill of materials failed; the lines above say why")
endif()

file(REMOVE_RECURSE ${SITE})
file(RENAME ${partial} ${SITE})
