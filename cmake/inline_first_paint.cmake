# Puts what a site's first paint needs, page/style.css and page/start.js, into its index.html, so that it takes
# no further request, and their SHA-256 into the page's policy. The files stay for servers whose own policy
# forbids that (web/page/blocked.js).
#
#   cmake -DFOLDER=SITE -P inline_first_paint.cmake

# Replaces exactly one place in the variable `index`.
function(replace_in_index from to)
  string(FIND "${index}" "${from}" first)
  string(FIND "${index}" "${from}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "index.html: expected once: ${from}")
  endif()
  string(REPLACE "${from}" "${to}" index "${index}")
  set(index "${index}" PARENT_SCOPE)
endfunction()

# Puts a file into the element `tag` in place of `from`, and allows it as what `directive` says.
function(inline_file name from tag directive)
  file(READ ${FOLDER}/${name} content)
  execute_process(
    COMMAND openssl dgst -sha256 -binary ${FOLDER}/${name}
    COMMAND openssl base64
    OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  replace_in_index("${from}" "<${tag}>${content}</${tag}>")
  replace_in_index("${directive} 'self'" "${directive} 'self' 'sha256-${hash}'")
  set(index "${index}" PARENT_SCOPE)
endfunction()

file(READ ${FOLDER}/index.html index)
# Comments are for readers of the sources.
string(REGEX REPLACE "\n *<!--[^>]*-->" "" index "${index}")
replace_in_index("    <script src=\"page/texts.js\"></script>\n" "")
inline_file(page/style.css "<link rel=\"stylesheet\" href=\"page/style.css\">" style style-src)
inline_file(page/start.js "<script src=\"page/start.js\"></script>" script script-src)
file(WRITE ${FOLDER}/index.html "${index}")
