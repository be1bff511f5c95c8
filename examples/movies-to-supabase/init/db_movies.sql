-- Films that never were and who directed them, the same rows on every server of MySQL 8 or MariaDB.
SET NAMES utf8mb4;

CREATE TABLE directors (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  country CHAR(2) NOT NULL,
  born DATE NULL
) CHARACTER SET utf8mb4;

CREATE TABLE movies (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  director_id INT UNSIGNED NOT NULL,
  genre ENUM('drama', 'comedy', 'thriller', 'documentary', 'animation') NOT NULL,
  released DATE NOT NULL,
  minutes SMALLINT UNSIGNED NOT NULL,
  budget DECIMAL(12,2) NULL,
  gross DECIMAL(14,2) NOT NULL,
  rating DECIMAL(3,1) NULL,
  added_at DATETIME(3) NOT NULL,
  KEY movies_director (director_id),
  CONSTRAINT movies_director FOREIGN KEY (director_id) REFERENCES directors (id)
) CHARACTER SET utf8mb4;

-- 36 directors: each first name with each last name.
INSERT INTO directors (id, name, country, born)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 35)
SELECT
  i + 1,
  CONCAT(
    ELT(i MOD 6 + 1, 'Zoë', 'Radovan', 'Ngozi', 'Søren', 'Mei', 'Inés'),
    ' ',
    ELT(i DIV 6 + 1, 'Halloran', 'Křížová', 'Adeyemi', 'Lindqvist', 'O''Dea', '山口')),
  ELT(i * 5 MOD 7 + 1, 'CZ', 'IE', 'NG', 'DK', 'JP', 'MX', 'CA'),
  -- Of every ninth nobody knows.
  IF(i MOD 9 = 4, NULL, DATE_ADD('1938-02-11', INTERVAL i * 613 DAY))
FROM n;

-- 360 films; the steps are coprime to the numbers of words, so that they mix. The last two directors have made none.
INSERT INTO movies (id, title, director_id, genre, released, minutes, budget, gross, rating, added_at)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 359)
SELECT
  i + 1,
  CONCAT(
    ELT(i MOD 9 + 1, 'A Quiet', 'The Paper', 'Almost', 'Our Last', 'Zwölf', 'Le Petit', 'Under the', 'Nobody''s', 'Modrý'),
    ' ',
    ELT(i * 7 MOD 10 + 1, 'Ferry', 'Orchard', 'Winter', 'Étage', 'Signal', 'Dům', 'Harbour', '🎬', 'Ledger', '夜'),
    ' ',
    i DIV 90 + 1),
  i * 11 MOD 34 + 1,
  ELT(i * 3 MOD 5 + 1, 'drama', 'comedy', 'thriller', 'documentary', 'animation'),
  DATE_ADD('1974-09-03', INTERVAL i * 51 DAY),
  70 + i * 17 MOD 95,
  -- A budget that was never told is null, and no zero.
  IF(i MOD 13 = 6, NULL, 250000 + i * 7919 MOD 997 * 41000.25),
  i * 104729 MOD 7001 * 23456.78,
  IF(i MOD 31 = 30, NULL, 3 + i * 37 MOD 70 / 10),
  DATE_ADD('2024-01-01 06:30:00.125', INTERVAL i * 4003 SECOND)
FROM n;
