/** One session: the recorded page, its timeline, and what happened in it. */
export default function Session({ id }: { id: string }) {
  return <p>{id}</p>;
}
