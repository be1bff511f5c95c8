package dev.osiris.worker.drivers.mysql.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaysTest {

  @Test
  void day_isThatOfTheCalendar_fromYearZeroOn() {
    LocalDate last = LocalDate.of(9999, 12, 31);
    for (LocalDate day = LocalDate.of(0, 1, 1); !day.isAfter(last); day = day.plusDays(1)) {
      long number = Days.of(day.getYear(), day.getMonthValue(), day.getDayOfMonth());
      if (number != day.toEpochDay()) {
        assertThat(number).as(day.toString()).isEqualTo(day.toEpochDay());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "2020, 0, 10",
    "2020, 1, 0",
    "2021, 2, 29",
    "1900, 2, 29",
    "2020, 13, 1",
    "2020, 4, 31"
  })
  void dateThatThereIsNot_isNone(int year, int month, int day) {
    assertThat(Days.of(year, month, day)).isEqualTo(Days.NONE);
  }
}
