# Completes a site's service-worker.js, which keeps the page usable without a network: puts the list
# of the files that the page uses at its beginning, with their SHA-256, and as the version the
# SHA-256 of that list.
#
#   cmake -DFOLDER=SITE -P complete_service_worker.cmake

set(worker ${FOLDER}/service-worker.js)
file(GLOB names RELATIVE ${FOLDER} ${FOLDER}/*)
# Not what is for people to read, for servers or for other people's pages, and not the worker itself.
list(FILTER names EXCLUDE REGEX
  "\\.(txt|d\\.ts)$|^(_headers|package\\.json|sbom\\.cdx\\.json|numeral-pad\\.js|service-worker\\.js)$")

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
