package bench.cases;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A deterministic CSV of orders: numbers, decimals, dates, text with unicode, some nulls. */
final class Orders {

  private Orders() {}

  static Path write(Path file, long seed, int rows) throws IOException {
    String[] status = {"open", "paid", "sent", "zurück"};
    SplittableRandom random = new SplittableRandom(seed);
    try (BufferedWriter out = new BufferedWriter(Files.newBufferedWriter(file), 1 << 20)) {
      out.write("id,customer,day,quantity,price,status,note\n");
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < rows; i++) {
        line.setLength(0);
        int cents = random.nextInt(100_000);
        int month = 1 + random.nextInt(12);
        int day = 1 + random.nextInt(28);
        line.append(i).append(',').append(random.nextInt(1_000_000)).append(",2025-");
        line.append(month < 10 ? "0" : "").append(month).append('-').append(day < 10 ? "0" : "").append(day).append(',');
        line.append(1 + random.nextInt(9)).append(',').append(cents / 100).append('.');
        line.append(cents % 100 < 10 ? "0" : "").append(cents % 100).append(',').append(status[random.nextInt(4)]).append(',');
        if (random.nextInt(10) > 0) {
          line.append(Integer.toString(random.nextInt(), 36));
        }
        out.append(line).append('\n');
      }
    }
    return file;
  }
}
