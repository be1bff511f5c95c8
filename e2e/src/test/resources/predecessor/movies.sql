-- The five tables that the pipelines beside this file read.
CREATE TABLE directors (director_id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, nationality VARCHAR(50));
CREATE TABLE actors (actor_id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, born DATE);
CREATE TABLE movies (movie_id INT PRIMARY KEY, title VARCHAR(200) NOT NULL, release_year INT, director_id INT,
  genre VARCHAR(40), runtime_minutes INT, budget_usd DECIMAL(15,2), box_office_usd DECIMAL(15,2));
CREATE TABLE movie_actors (movie_id INT, actor_id INT, role VARCHAR(100), PRIMARY KEY (movie_id, actor_id));
CREATE TABLE reviews (review_id INT PRIMARY KEY, movie_id INT, rating DECIMAL(3,1), review TEXT, written_at DATETIME);
INSERT INTO directors SELECT seq, CONCAT('Director ', seq, ' é'), IF(seq % 4, 'cz', NULL) FROM seq_1_to_12;
INSERT INTO actors SELECT seq, CONCAT('Actor "', seq, '"'), IF(seq % 3, DATE_ADD('1950-01-31', INTERVAL seq MONTH), NULL)
  FROM seq_1_to_40;
INSERT INTO movies SELECT seq, CONCAT('Movie, ', seq), 1980 + seq % 40, IF(seq % 17 = 0, NULL, seq % 11 + 1),
  ELT(seq % 3 + 1, 'drama', 'comedy', 'noir'), 80 + seq % 60, IF(seq % 7 = 0, NULL, seq * 1000), seq * 2500.50
  FROM seq_1_to_120;
INSERT INTO movie_actors SELECT seq, seq % 40 + 1, CONCAT('role ', seq) FROM seq_1_to_120;
INSERT INTO reviews SELECT seq, seq % 120 + 1, seq % 100 / 10, IF(seq % 5, CONCAT('line one\nline ', seq), ''),
  DATE_ADD('2024-02-28 23:59:58', INTERVAL seq HOUR) FROM seq_1_to_300;
