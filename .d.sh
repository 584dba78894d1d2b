cd /work/main; rm -rf /tmp/sym; mkdir -p /tmp/sym
T=$(swiftc -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p')
swift-symbolgraph-extract -module-name MPIFutures -minimum-access-level public -skip-synthesized-members -target $T -output-dir /tmp/sym -I .build/debug/Modules -I Sources/CMPI/include -I Sources/CLinux/include -I Sources/CMPIFutures/include 2>&1 | tail -3
docc convert Sources/MPIFutures/MPIFutures.docc --additional-symbol-graph-dir /tmp/sym --warnings-as-errors --output-dir /tmp/arch 2>&1 | tail -20; echo docc done; ls /tmp/sym
