# Completes a site's service-worker.js, which makes the page work without a network: puts a list of the
# page's files and their SHA-256 at its beginning. The version is the SHA-256 of that list.
#
#   cmake -DFOLDER=SITE -P complete_service_worker.cmake

set(worker ${FOLDER}/service-worker.js)
file(GLOB_RECURSE names LIST_DIRECTORIES OFF RELATIVE ${FOLDER} ${FOLDER}/*)
# Not the worker itself, nor what is for readers, servers, other models or other people's pages: all scripts
# beside it.
list(FILTER names EXCLUDE REGEX
  "\\.(txt|d\\.ts)$|^[^/]+\\.js$|^(numeral-models\\.wasm|_headers|\\.gitattributes|web\\.config|package\\.json|digits\\.json)$")

set(entries "")
foreach(name ${names})
  file(SHA256 ${FOLDER}/${name} sha256)
  string(APPEND entries "    '${name}': '${sha256}',\n")
endforeach()
string(SHA256 version "${entries}")

file(READ ${worker} code)
file(WRITE ${worker}
  "// Made by the build: which files make up this version of the site.\n"
  "const site = {\n  version: '${version}',\n  files: {\n${entries}  },\n};\n\n"
  "${code}")
