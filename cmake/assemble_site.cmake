# Puts the site together:
#
#   cmake -DSITE=FOLDER -DWEB=FOLDER -DMODEL=FILES -DLICENCES=FILES -DMODULE=PREFIX -DVERSION=NUMBER
#     -P assemble_site.cmake
#
# The folder WEB and the files MODEL are copied as they are, LICENCES as text that a browser shows;
# PREFIX.wasm and PREFIX-models.wasm are the modules, and PREFIX-models.js loads both. Of the page's own scripts and
# their modules, esbuild makes few and small files: one for each moment at which one is needed. package.json,
# with NUMBER in it, makes the site an npm package as well. The site is made beside its place and then moved
# there, so that a server never serves half of one.

set(partial ${SITE}.partial)
file(REMOVE_RECURSE ${partial})
file(COPY ${WEB}/ ${MODEL} DESTINATION ${partial})
foreach(licence ${LICENCES})
  cmake_path(GET licence FILENAME name)
  file(COPY_FILE ${licence} ${partial}/${name}.txt)
endforeach()
file(COPY_FILE ${MODULE}-models.js ${partial}/numeral-wasm.js)
file(COPY_FILE ${MODULE}.wasm ${partial}/numeral.wasm)
file(COPY_FILE ${MODULE}-models.wasm ${partial}/numeral-models.wasm)

# Where the linker could not run main to its end, which clears the model, it goes on all the same.
file(SIZE ${partial}/digits.ort bytes)
math(EXPR middle "${bytes} / 2")
file(READ ${partial}/digits.ort weights OFFSET ${middle} LIMIT 64 HEX)
file(READ ${partial}/numeral.wasm program HEX)
string(FIND "${program}" "${weights}" found)
if(NOT found EQUAL -1)
  message(FATAL_ERROR " numeral.wasm: the linker could not load digits.ort (src/wasm/session_snapshot.cpp); behind \"could not eval\" it says why")
endif()

function(describe entries)
  set(described "")
  foreach(name ${ARGN})
    file(SIZE ${partial}/${name} bytes)
    file(SHA256 ${partial}/${name} sha256)
    string(APPEND described "  '${name}': {bytes: ${bytes}, sha256: '${sha256}'},\n")
  endforeach()
  set(${entries} "${described}" PARENT_SCOPE)
endfunction()
describe(entries digits.ort numeral.wasm)
describe(other_entries numeral-models.wasm)
# Of the card what the recogniser needs.
file(READ ${partial}/digits.json card)
foreach(part training data metrics)
  string(JSON card REMOVE "${card}" ${part})
endforeach()
file(WRITE ${partial}/assets.js
  "// Made by the build: what numeral.js downloads, and how to tell a wrong file.\n"
  "export const assets = {\n${entries}};\n"
  "\n/** The same with another model. */\n"
  "export const otherAssets = {\n${other_entries}};\n"
  "\n/** The model's card, digits.json, without the parts that are for readers. */\n"
  "export const card = ${card};\n")

# What web/index.html and the page's scripts load. All else that these import goes into them.
file(RENAME ${partial}/page ${partial}/sources)
foreach(entry app.js reading.js photo-worker.js inside.js teaching.js style.css inside.css)
  execute_process(
    COMMAND esbuild sources/${entry} --bundle --external:./app.js --external:./inside.js --external:./teaching.js --format=esm --target=es2022 --minify
      --log-level=warning --outfile=page/${entry}
    WORKING_DIRECTORY ${partial}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
# These run in old browsers too, which know no modules.
file(READ ${partial}/sources/texts.js texts)
file(READ ${partial}/sources/start.js start)
file(WRITE ${partial}/sources/start.js "${texts}${start}")
execute_process(
  COMMAND esbuild sources/start.js --target=es5 --minify --log-level=warning --outfile=page/start.js
  WORKING_DIRECTORY ${partial}
  COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE ${partial}/sources)

set(FOLDER ${partial})
include(${CMAKE_CURRENT_LIST_DIR}/inline_first_paint.cmake)

configure_file(${CMAKE_CURRENT_LIST_DIR}/package.json.in ${partial}/package.json @ONLY)
include(${CMAKE_CURRENT_LIST_DIR}/complete_service_worker.cmake)

file(REMOVE_RECURSE ${SITE})
file(RENAME ${partial} ${SITE})
