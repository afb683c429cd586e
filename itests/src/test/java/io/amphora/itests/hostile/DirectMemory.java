// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Memory outside the heap that a JVM's buffers hold, as it says itself. Immutable. */
final class DirectMemory {

    private DirectMemory() {}

    /** Bytes of another process of this user. */
    static long of(long process) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process));
            try {
                return read(new JMXServiceURL(machine.startLocalManagementAgent()));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("BanJNDI") // the address is that of the process's own agent
    private static long read(JMXServiceURL url) throws IOException {
        try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(server, BufferPoolMXBean.class);
            return pools.stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .findFirst()
                    .orElseThrow(() -> new IOException("no pool of direct buffers"));
        }
    }
}
