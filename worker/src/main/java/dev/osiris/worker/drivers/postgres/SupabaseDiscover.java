package dev.osiris.worker.drivers.postgres;

/** Runs {@code supabase.discover}. */
public final class SupabaseDiscover extends PostgresDiscover {

  @Override
  public String component() {
    return "supabase.discover";
  }
}
