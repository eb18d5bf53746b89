# ONNX Runtime for WebAssembly, from the package onnxruntime_wasm, with Numeral's cache and Debian mirror.

set(NUMERAL_MODEL ${PROJECT_SOURCE_DIR}/model/digits.ort
  CACHE FILEPATH "A model that numeral-models.wasm must be able to run")

# The models whose kernels the modules have.
set(NUMERAL_MODELS ${PROJECT_SOURCE_DIR}/model/digits.ort ${NUMERAL_MODEL})
list(REMOVE_DUPLICATES NUMERAL_MODELS)

set(cache "$ENV{NUMERAL_CACHE}")
if(NOT cache)
  set(cache "$ENV{XDG_CACHE_HOME}")
  if(NOT cache)
    set(cache $ENV{HOME}/.cache)
  endif()
  string(APPEND cache /numeral)
endif()
set(ONNXRUNTIME_WASM_CACHE ${cache}/onnxruntime-wasm)
set(ONNXRUNTIME_WASM_DOWNLOADS ${cache}/sources)
set(ONNXRUNTIME_WASM_MIRROR "$ENV{NUMERAL_MIRROR}")
add_subdirectory(onnxruntime_wasm)
