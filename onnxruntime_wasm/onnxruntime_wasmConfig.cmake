include(${CMAKE_CURRENT_LIST_DIR}/onnxruntime_wasm.cmake)
