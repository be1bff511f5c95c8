package dev.osiris.worker.duckdb;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A connection in the hands of a driver: as it is, except that its statements can be interrupted.
 */
final class TrackedConnection implements InvocationHandler {

  private final Connection connection;
  private final Interrupter interrupter;

  private TrackedConnection(Connection connection, Interrupter interrupter) {
    this.connection = connection;
    this.interrupter = interrupter;
  }

  static Connection of(Connection connection, Interrupter interrupter) {
    return (Connection)
        Proxy.newProxyInstance(
            TrackedConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new TrackedConnection(connection, interrupter));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      Object result = method.invoke(connection, arguments);
      return result instanceof Statement statement ? interrupter.watch(statement) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
