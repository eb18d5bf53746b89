# Puts the site together:
#
#   cmake -DSITE=FOLDER -DWEB=FOLDER -DMODEL=FILES -DLICENCES=FILES -DMODULE=PREFIX -DVERSION=NUMBER
#     -P assemble_site.cmake
#
# The folder WEB and the files MODEL are copied as they are, LICENCES as text that a browser shows;
# PREFIX.js and PREFIX.wasm are the module. package.json, with NUMBER in it, makes the site an npm
# package as well. The site is made beside its place and then moved there, so that a server never
# serves half of one.

set(partial ${SITE}.partial)
file(REMOVE_RECURSE ${partial})
file(COPY ${WEB}/ ${MODEL} DESTINATION ${partial})
foreach(licence ${LICENCES})
  cmake_path(GET licence FILENAME name)
  file(COPY_FILE ${licence} ${partial}/${name}.txt)
endforeach()
file(COPY_FILE ${MODULE}.js ${partial}/numeral-wasm.js)
file(COPY_FILE ${MODULE}.wasm ${partial}/numeral.wasm)

set(entries "")
foreach(name digits.json digits.ort numeral.wasm)
  file(SIZE ${partial}/${name} bytes)
  file(SHA256 ${partial}/${name} sha256)
  string(APPEND entries "  '${name}': {bytes: ${bytes}, sha256: '${sha256}'},\n")
endforeach()
# Of the card what the recogniser needs: for those who hand over the model themselves.
file(READ ${partial}/digits.json card)
foreach(part training data metrics)
  string(JSON card SET "${card}" ${part} {})
endforeach()
file(WRITE ${partial}/assets.js
  "// Made by the build: what numeral.js downloads, and how to tell a wrong file.\n"
  "export const assets = {\n${entries}};\n"
  "\n/** The model's card, digits.json, without the parts that are for readers. */\n"
  "export const card = ${card};\n")

configure_file(${CMAKE_CURRENT_LIST_DIR}/package.json.in ${partial}/package.json @ONLY)

set(FOLDER ${partial})
include(${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake)

file(REMOVE_RECURSE ${SITE})
file(RENAME ${partial} ${SITE})
