"""Opening hours: kept as OSM ``opening_hours``, typed as slots, read with the holidays, said in French."""
