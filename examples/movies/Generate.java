import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Random;

/**
 * Makes the data of this example: five CSV files about films that never were. The same seed and
 * scale give the same bytes on every machine.
 *
 * <p>{@code java Generate.java [--scale N] [--seed S] DIR}; scale 1 is 8,000 rows, scale 1000 has 5
 * million ratings.
 */
public final class Generate {

  private static final int MOVIES = 500;
  private static final int ACTORS = 400;
  private static final int DIRECTORS = 80;
  private static final int CREDITS = 2_000;
  private static final int RATINGS = 5_000;

  private static final String[] FIRST = {
    "Ana", "Björn", "Chloé", "Đorđe", "Émile", "Femi", "Gül", "Håkon", "Ines", "José", "Kateřina",
    "Łukasz", "Mírian", "Nguyễn", "Ólafur", "Priya", "Raúl", "Şule", "Tōru", "Zoë", "伟", "Ольга"
  };
  private static final String[] LAST = {
    "Åkesson",
    "Brandão",
    "Çelik",
    "Dvořák",
    "Eze",
    "Fuß",
    "García",
    "Horváth",
    "Ibáñez",
    "Jørgensen",
    "Kovač",
    "Lefèvre",
    "Müller",
    "Novák",
    "O'Brien",
    "Petrović",
    "Quiñones",
    "Różański",
    "Sørensen",
    "Trần",
    "Иванова",
    "山田"
  };
  private static final String[] ADJECTIVE = {
    "Silent",
    "Crimson",
    "Endless",
    "Forgotten",
    "Último",
    "Weiße",
    "Petite",
    "Зимний",
    "静かな",
    "Last"
  };
  private static final String[] NOUN = {
    "River", "Garden", "Signal", "Été", "Straße", "Corazón", "Machine", "Дом", "夜", "Cartographer"
  };
  private static final String[] COMMENT = {
    "",
    "wonderful",
    "so \"deep\", so slow",
    "zu lang",
    "très bien",
    "two lines:\nfirst, second",
    "10/10 🎬",
    " padded ",
    "NULL",
    "плохо"
  };
  private static final String[] COUNTRY = {"004", "040", "076", "203", "208", "380", "840", "900"};

  private final Random random;
  private final Path folder;
  private final int scale;

  private Generate(long seed, int scale, Path folder) {
    // The algorithm of java.util.Random is part of its documentation.
    this.random = new Random(seed);
    this.scale = scale;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    int scale = 1;
    long seed = 1927;
    Path folder = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--scale" -> scale = Integer.parseInt(arguments[++i]);
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        default -> folder = Path.of(arguments[i]);
      }
    }
    if (folder == null) {
      System.err.println("usage: java Generate.java [--scale N] [--seed S] DIR");
      System.exit(2);
      return;
    }
    Files.createDirectories(folder);
    new Generate(seed, scale, folder).all();
  }

  private void all() throws IOException {
    write(
        "movies.csv",
        "movie_id,code,title,director_id,released,runtime,budget,added_at",
        MOVIES,
        this::movie);
    write("actors.csv", "actor_id,name,country,born", ACTORS, this::person);
    write("directors.csv", "director_id,name,country,born", DIRECTORS, this::person);
    write("credits.csv", "movie_id,actor_id,billing,role,fee", CREDITS, this::credit);
    write("ratings.csv", "rating_id,movie_id,rated_at,stars,comment", RATINGS, this::rating);
  }

  /** One row of a table. */
  private interface Row {
    void append(StringBuilder line, int id);
  }

  private void write(String name, String header, int rows, Row row) throws IOException {
    StringBuilder line = new StringBuilder(256);
    try (BufferedWriter out =
        Files.newBufferedWriter(folder.resolve(name), StandardCharsets.UTF_8)) {
      out.write(header + "\n");
      for (int id = 1; id <= rows * scale; id++) {
        line.setLength(0);
        row.append(line, id);
        out.append(line.append('\n'));
      }
    }
  }

  private void movie(StringBuilder line, int id) {
    String code = String.format(Locale.ROOT, "%07d", id * 37L % 10_000_000);
    String title =
        pick(ADJECTIVE) + " " + pick(NOUN) + (random.nextInt(9) == 0 ? ", \"Part II\"" : "");
    LocalDate released = LocalDate.of(1927, 1, 1).plusDays(random.nextInt(35_000));
    line.append(id).append(',').append(code).append(',').append(quoted(title)).append(',');
    line.append(1 + random.nextInt(DIRECTORS * scale)).append(',').append(released).append(',');
    line.append(60 + random.nextInt(140)).append(',');
    // A budget that nobody knows is an empty field.
    line.append(random.nextInt(7) == 0 ? "" : money(1_000_000_000)).append(',').append(moment());
  }

  private void person(StringBuilder line, int id) {
    line.append(id).append(',').append(quoted(pick(FIRST) + " " + pick(LAST))).append(',');
    line.append(pick(COUNTRY)).append(',');
    if (random.nextInt(10) != 0) {
      line.append(LocalDate.of(1900, 1, 1).plusDays(random.nextInt(38_000)));
    }
  }

  private void credit(StringBuilder line, int id) {
    line.append(1 + random.nextInt(MOVIES * scale)).append(',');
    line.append(1 + random.nextInt(ACTORS * scale)).append(',');
    line.append(1 + random.nextInt(12)).append(',');
    line.append(random.nextInt(20) == 0 ? "\"\"" : quoted("Der " + pick(NOUN))).append(',');
    line.append(money(20_000_000));
  }

  private void rating(StringBuilder line, int id) {
    line.append(id).append(',').append(1 + random.nextInt(MOVIES * scale)).append(',');
    int halves = 2 + random.nextInt(9);
    line.append(moment()).append(',').append(halves / 2).append(halves % 2 == 0 ? ".0," : ".5,");
    line.append(quoted(pick(COMMENT)));
  }

  private LocalDateTime moment() {
    return LocalDateTime.of(2020, 1, 1, 0, 0, 0)
        .plusSeconds(random.nextInt(150_000_000))
        .plusNanos(1_000L * (1 + random.nextInt(999_999)));
  }

  private String money(int most) {
    int cents = random.nextInt(100);
    return random.nextInt(most) + (cents < 10 ? ".0" : ".") + cents;
  }

  private String pick(String[] values) {
    return values[random.nextInt(values.length)];
  }

  /** A field of CSV: in quotes only where it must be. */
  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
