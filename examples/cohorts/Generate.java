import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.SplittableRandom;

/**
 * Makes the data of this example: orders of a shop that never was, over three years. The same seed
 * and size give the same bytes on every machine.
 *
 * <p>{@code java Generate.java [--megabytes N] [--seed S] DIR}; a megabyte is about 20,000 orders,
 * of 200,000 customers at any size.
 */
public final class Generate {

  private static final LocalDate BEGIN = LocalDate.of(2022, 1, 1);
  private static final int DAYS = 3 * 365;
  private static final int CUSTOMERS = 200_000;
  private static final String[] CHANNEL = {"web", "shop", "phone", "café"};

  private final SplittableRandom random;

  private Generate(long seed) {
    this.random = new SplittableRandom(seed);
  }

  public static void main(String[] arguments) throws IOException {
    long megabytes = 10;
    long seed = 2022;
    Path folder = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--megabytes" -> megabytes = Long.parseLong(arguments[++i]);
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        default -> folder = Path.of(arguments[i]);
      }
    }
    if (folder == null) {
      System.err.println("usage: java Generate.java [--megabytes N] [--seed S] DIR");
      System.exit(2);
      return;
    }
    Files.createDirectories(folder);
    new Generate(seed).orders(folder.resolve("orders.csv"), megabytes * 1_000_000);
  }

  private void orders(Path file, long bytes) throws IOException {
    String[] days = new String[DAYS];
    for (int day = 0; day < DAYS; day++) {
      days[day] = BEGIN.plusDays(day).toString();
    }
    StringBuilder line = new StringBuilder(128);
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("order_id,customer,day,channel,quantity,price,voucher\n");
      long written = 0;
      for (long id = 1; written < bytes; id++) {
        line.setLength(0);
        order(line.append(id).append(','), days);
        out.append(line.append('\n'));
        written += line.length();
      }
    }
  }

  private void order(StringBuilder line, String[] days) {
    int customer = random.nextInt(CUSTOMERS);
    // Who came first has a low number, and nobody orders before that day.
    int first = (int) ((long) customer * DAYS / CUSTOMERS);
    line.append(customer).append(',').append(days[first + random.nextInt(DAYS - first)]);
    line.append(',').append(CHANNEL[random.nextInt(CHANNEL.length)]);
    line.append(',').append(1 + random.nextInt(9)).append(',');
    int cents = random.nextInt(100_000);
    line.append(cents / 100).append(cents % 100 < 10 ? ".0" : ".").append(cents % 100).append(',');
    // Most orders have no voucher: an empty field, which is a null.
    if (random.nextInt(4) == 0) {
      line.append(Integer.toString(random.nextInt(1 << 24), 36));
    }
  }
}
