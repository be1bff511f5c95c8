package dev.osiris.worker.drivers.postgres.write;

/** Runs {@code supabase.writer}: a Supabase project is a PostgreSQL server. */
public final class SupabaseWriter extends PostgresWriter {

  @Override
  public String component() {
    return "supabase.writer";
  }
}
