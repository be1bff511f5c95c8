package dev.osiris.worker.drivers.postgres;

/**
 * Runs {@code supabase.extractor}: a Supabase project is a PostgreSQL server, and its REST
 * interface hands out a thousand rows at a time.
 */
public final class SupabaseExtractor extends PostgresExtractor {

  @Override
  public String component() {
    return "supabase.extractor";
  }
}
